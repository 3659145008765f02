import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import accounts.text


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_people_and_history"),
        ("zones", "0001_register"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="zone",
            name="withdrawn",
            field=models.BooleanField(default=False, editable=False, verbose_name="đã rút khỏi sổ"),
        ),
        migrations.CreateModel(
            name="Import",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("zones", "Khu, cụm"),
                            ("areas", "Diện tích"),
                            ("statuses", "Tình trạng"),
                            ("facilities", "Cơ sở sản xuất riêng lẻ"),
                            ("projects", "Dự án thứ cấp"),
                            ("measurements", "Số đo theo chỉ tiêu"),
                            ("documents", "Văn bản"),
                        ],
                        max_length=12,
                        verbose_name="nhập vào",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sheet", "Chờ chọn trang tính"),
                            ("refused", "Không đọc được"),
                            ("previewed", "Đã xem trước, chưa ghi"),
                            ("applied", "Đã ghi vào sổ"),
                            ("undone", "Đã hoàn tác"),
                        ],
                        editable=False,
                        max_length=9,
                        verbose_name="tình trạng",
                    ),
                ),
                ("file", models.FileField(editable=False, upload_to="imports", verbose_name="tệp")),
                ("file_name", accounts.text.TextLine(editable=False, max_length=255, verbose_name="tên tệp")),
                ("file_sha256", models.CharField(editable=False, max_length=64, verbose_name="SHA-256")),
                ("sheets", models.JSONField(default=list, editable=False, verbose_name="các trang tính")),
                ("sheet", accounts.text.TextLine(blank=True, max_length=120, verbose_name="trang tính")),
                ("skip_rejected", models.BooleanField(default=False, verbose_name="bỏ qua dòng lỗi")),
                ("problem", accounts.text.Prose(blank=True, editable=False, verbose_name="vì sao không đọc được")),
                ("rows", models.PositiveIntegerField(default=0, editable=False, verbose_name="số dòng")),
                ("created", models.PositiveIntegerField(default=0, editable=False, verbose_name="thêm")),
                ("updated", models.PositiveIntegerField(default=0, editable=False, verbose_name="sửa")),
                ("unchanged", models.PositiveIntegerField(default=0, editable=False, verbose_name="giữ nguyên")),
                ("rejected", models.PositiveIntegerField(default=0, editable=False, verbose_name="lỗi")),
                ("preview", models.FileField(blank=True, editable=False, upload_to="imports")),
                ("plan_sha256", models.CharField(blank=True, editable=False, max_length=64)),
                (
                    "uploaded_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="tải lên lúc"),
                ),
                ("applied_at", models.DateTimeField(editable=False, null=True, verbose_name="ghi vào sổ lúc")),
                ("undone_at", models.DateTimeField(editable=False, null=True, verbose_name="hoàn tác lúc")),
                ("undo_reason", accounts.text.Prose(blank=True, editable=False, verbose_name="lý do hoàn tác")),
                (
                    "agency",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imports",
                        to="accounts.agency",
                        verbose_name="cơ quan",
                    ),
                ),
                (
                    "applied_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người ghi vào sổ",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người hoàn tác",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người tải lên",
                    ),
                ),
            ],
            options={
                "verbose_name": "tệp nhập",
                "verbose_name_plural": "tệp nhập",
                "ordering": ["-uploaded_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "applied")),
                        fields=("file_sha256", "what", "sheet", "skip_rejected"),
                        name="import_applied_once",
                        violation_error_message="Tệp này đã được ghi vào sổ.",
                    )
                ],
            },
        ),
    ]
