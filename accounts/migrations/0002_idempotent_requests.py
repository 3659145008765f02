import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_people_and_history")]

    operations = [
        migrations.CreateModel(
            name="IdempotentRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(editable=False, max_length=128, verbose_name="Idempotency-Key")),
                ("address", models.CharField(editable=False, max_length=500, verbose_name="địa chỉ")),
                ("body_sha256", models.CharField(editable=False, max_length=64, verbose_name="SHA-256")),
                ("status", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("headers", models.JSONField(default=dict, editable=False)),
                ("body", models.TextField(default="", editable=False)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_index=True, default=django.utils.timezone.now, editable=False, verbose_name="lúc"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người gọi",
                    ),
                ),
            ],
            options={
                "verbose_name": "yêu cầu gửi một lần",
                "verbose_name_plural": "yêu cầu gửi một lần",
                "constraints": [models.UniqueConstraint(fields=("user", "key"), name="idempotency_key_once")],
            },
        ),
    ]
