import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import accounts.models
import accounts.text


def number_transactions(apps, schema_editor):
    """On PostgreSQL each new row of the history takes the number of its transaction; SQLite writes one at a time."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "ALTER TABLE accounts_rowchange ALTER COLUMN tx SET DEFAULT pg_current_xact_id()::text::bigint"
        )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_idempotent_requests")]

    operations = [
        # By hand, because Django would rebuild SQLite's table, and with it lose the triggers of every other.
        migrations.RunSQL(
            "ALTER TABLE accounts_rowchange ADD COLUMN tx bigint NOT NULL DEFAULT 0",
            "ALTER TABLE accounts_rowchange DROP COLUMN tx",
            state_operations=[
                migrations.AddField(
                    "rowchange", "tx", models.BigIntegerField(db_default=0, editable=False, verbose_name="giao dịch")
                )
            ],
        ),
        migrations.RunPython(number_transactions, migrations.RunPython.noop),
        migrations.AddIndex("rowchange", models.Index(fields=["tx", "id"], name="rowchange_feed")),
        migrations.CreateModel(
            name="Webhook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="phiên bản")),
                ("url", accounts.text.TextLine(max_length=500, verbose_name="địa chỉ nhận")),
                ("label", accounts.text.TextLine(blank=True, max_length=120, verbose_name="dùng cho")),
                (
                    "kinds",
                    models.JSONField(
                        blank=True, default=list, help_text="Không chọn: mọi loại.", verbose_name="loại bản ghi"
                    ),
                ),
                (
                    "actions",
                    models.JSONField(blank=True, default=list, help_text="Không chọn: mọi việc.", verbose_name="việc"),
                ),
                ("active", models.BooleanField(default=True, verbose_name="đang bật")),
                ("salt", models.CharField(default=accounts.models.new_salt, editable=False, max_length=32)),
                ("cursor", models.CharField(editable=False, max_length=64)),
                ("failing_since", models.DateTimeField(editable=False, null=True, verbose_name="lỗi từ lúc")),
                (
                    "next_try_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="gửi lại lúc"),
                ),
                ("claimed_until", models.DateTimeField(editable=False, null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        help_text="Chỉ gửi những gì người này được xem.",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="webhooks",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người sở hữu",
                    ),
                ),
            ],
            options={
                "verbose_name": "địa chỉ nhận thay đổi",
                "verbose_name_plural": "địa chỉ nhận thay đổi",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="lúc")),
                ("delivery", models.CharField(editable=False, max_length=32, verbose_name="mã lần gửi")),
                ("test", models.BooleanField(default=False, editable=False, verbose_name="gửi thử")),
                ("first_cursor", models.CharField(editable=False, max_length=64, verbose_name="từ")),
                ("last_cursor", models.CharField(editable=False, max_length=64, verbose_name="đến")),
                ("events", models.PositiveIntegerField(editable=False, verbose_name="số thay đổi")),
                ("status", models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="mã trả lời")),
                ("duration_ms", models.PositiveIntegerField(editable=False, verbose_name="mất (ms)")),
                ("response", models.CharField(editable=False, max_length=200, verbose_name="trả lời")),
                ("error", models.CharField(editable=False, max_length=300, verbose_name="lỗi")),
                (
                    "webhook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="accounts.webhook",
                        verbose_name="địa chỉ nhận thay đổi",
                    ),
                ),
            ],
            options={
                "verbose_name": "lần gửi thay đổi",
                "verbose_name_plural": "lần gửi thay đổi",
                "ordering": ["-pk"],
            },
        ),
    ]
