import django.db.models.deletion
from django.db import migrations, models

from accounts import audit
from zones import sums


def drop_triggers(apps, schema_editor):
    """On the way back, for SQLite drops no column that a trigger names. After each `migrate` they are made anew."""
    for kept in (sums, audit):
        kept.remove(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_people_and_history"),
        ("zones", "0002_imports"),
    ]

    operations = [
        migrations.CreateModel(
            name="FacilityCell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "city",
                    models.CharField(
                        choices=[("HN", "Hà Nội"), ("HCM", "TP. Hồ Chí Minh")], editable=False, max_length=20
                    ),
                ),
                (
                    "publicity",
                    models.CharField(
                        choices=[("public", "Công khai"), ("internal", "Nội bộ"), ("restricted", "Hạn chế")],
                        editable=False,
                        max_length=20,
                    ),
                ),
                ("folded", models.BooleanField(default=True, editable=False)),
                (
                    "relocation_class",
                    models.CharField(
                        choices=[
                            ("", "chưa phân loại"),
                            ("compulsory", "bắt buộc di dời"),
                            ("encouraged", "khuyến khích di dời"),
                            ("may_stay", "được ở lại"),
                        ],
                        editable=False,
                        max_length=20,
                    ),
                ),
                ("grid", models.PositiveSmallIntegerField(editable=False)),
                ("x", models.IntegerField(editable=False)),
                ("y", models.IntegerField(editable=False)),
                ("facilities", models.BigIntegerField(default=0, editable=False)),
                ("lon_millionths", models.BigIntegerField(default=0, editable=False)),
                ("lat_millionths", models.BigIntegerField(default=0, editable=False)),
            ],
            options={
                "verbose_name": "số cộng sẵn trên bản đồ",
                "verbose_name_plural": "số cộng sẵn trên bản đồ",
            },
        ),
        migrations.CreateModel(
            name="FacilitySum",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "city",
                    models.CharField(
                        choices=[("HN", "Hà Nội"), ("HCM", "TP. Hồ Chí Minh")], editable=False, max_length=20
                    ),
                ),
                (
                    "publicity",
                    models.CharField(
                        choices=[("public", "Công khai"), ("internal", "Nội bộ"), ("restricted", "Hạn chế")],
                        editable=False,
                        max_length=20,
                    ),
                ),
                ("folded", models.BooleanField(default=True, editable=False)),
                (
                    "relocation_class",
                    models.CharField(
                        choices=[
                            ("", "chưa phân loại"),
                            ("compulsory", "bắt buộc di dời"),
                            ("encouraged", "khuyến khích di dời"),
                            ("may_stay", "được ở lại"),
                        ],
                        editable=False,
                        max_length=20,
                    ),
                ),
                ("facilities", models.BigIntegerField(default=0, editable=False)),
                ("located", models.BigIntegerField(default=0, editable=False)),
                ("land_n", models.BigIntegerField(default=0, editable=False)),
                ("land_m2", models.BigIntegerField(default=0, editable=False)),
                ("floor_n", models.BigIntegerField(default=0, editable=False)),
                ("floor_dm2", models.BigIntegerField(default=0, editable=False)),
                ("workers_n", models.BigIntegerField(default=0, editable=False)),
                ("workers", models.BigIntegerField(default=0, editable=False)),
            ],
            options={
                "verbose_name": "số cộng sẵn của cơ sở sản xuất",
                "verbose_name_plural": "số cộng sẵn của cơ sở sản xuất",
            },
        ),
        migrations.CreateModel(
            name="ZoneSum",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "city",
                    models.CharField(
                        choices=[("HN", "Hà Nội"), ("HCM", "TP. Hồ Chí Minh")], editable=False, max_length=20
                    ),
                ),
                (
                    "publicity",
                    models.CharField(
                        choices=[("public", "Công khai"), ("internal", "Nội bộ"), ("restricted", "Hạn chế")],
                        editable=False,
                        max_length=20,
                    ),
                ),
                ("folded", models.BooleanField(default=True, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("KCN", "Khu công nghiệp"),
                            ("KCX", "Khu chế xuất"),
                            ("KCNC", "Khu công nghệ cao"),
                            ("CCN", "Cụm công nghiệp"),
                        ],
                        editable=False,
                        max_length=20,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("", "chưa rõ"),
                            ("proposed", "Đề xuất"),
                            ("in_plan", "Trong quy hoạch"),
                            ("investment_approved", "Đã chấp thuận chủ trương đầu tư"),
                            ("established", "Đã thành lập"),
                            ("under_construction", "Đang xây dựng hạ tầng"),
                            ("operating", "Đang hoạt động"),
                            ("suspended", "Tạm dừng, chậm triển khai"),
                            ("annulled", "Bãi bỏ quyết định thành lập"),
                            ("converted", "Đã chuyển đổi"),
                            ("removed", "Đưa ra khỏi quy hoạch"),
                            ("not_listed", "Không có trong danh sách của nguồn"),
                        ],
                        editable=False,
                        max_length=20,
                    ),
                ),
                (
                    "established",
                    models.CharField(
                        choices=[("true", "true"), ("false", "false"), ("unknown", "unknown")],
                        editable=False,
                        max_length=20,
                    ),
                ),
                (
                    "operating",
                    models.CharField(
                        choices=[("true", "true"), ("false", "false"), ("unknown", "unknown")],
                        editable=False,
                        max_length=20,
                    ),
                ),
                ("zones", models.BigIntegerField(default=0, editable=False)),
                ("decision", models.BigIntegerField(default=0, editable=False)),
                ("boundary", models.BigIntegerField(default=0, editable=False)),
                ("parts", models.BigIntegerField(default=0, editable=False)),
                ("stated_only", models.BigIntegerField(default=0, editable=False)),
                ("occupied_m2", models.BigIntegerField(default=0, editable=False)),
                ("occupiable_m2", models.BigIntegerField(default=0, editable=False)),
                ("area_n", models.BigIntegerField(default=0, editable=False)),
                ("industrial_n", models.BigIntegerField(default=0, editable=False)),
                ("leased_n", models.BigIntegerField(default=0, editable=False)),
                ("area_m2", models.BigIntegerField(default=0, editable=False)),
                ("industrial_m2", models.BigIntegerField(default=0, editable=False)),
                ("leased_m2", models.BigIntegerField(default=0, editable=False)),
                ("kind_decision", models.BigIntegerField(default=0, editable=False)),
                ("kind_zoning", models.BigIntegerField(default=0, editable=False)),
                ("kind_in_plan", models.BigIntegerField(default=0, editable=False)),
                ("kind_stated", models.BigIntegerField(default=0, editable=False)),
                ("kind_study", models.BigIntegerField(default=0, editable=False)),
                ("basis_ccn_2024", models.BigIntegerField(default=0, editable=False)),
                ("basis_kcn_2022", models.BigIntegerField(default=0, editable=False)),
                ("basis_kcn_2013", models.BigIntegerField(default=0, editable=False)),
                ("basis_kcnc_2026", models.BigIntegerField(default=0, editable=False)),
                ("basis_ready", models.BigIntegerField(default=0, editable=False)),
                ("basis_cleared", models.BigIntegerField(default=0, editable=False)),
                ("basis_unstated", models.BigIntegerField(default=0, editable=False)),
            ],
            options={
                "verbose_name": "số cộng sẵn của khu, cụm",
                "verbose_name_plural": "số cộng sẵn của khu, cụm",
            },
        ),
        migrations.AddIndex(
            model_name="facility",
            index=models.Index(fields=["lat", "lon"], name="facility_point"),
        ),
        migrations.AddField(
            model_name="facilitycell",
            name="managing_agency",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="accounts.agency",
            ),
        ),
        migrations.AddField(
            model_name="facilitysum",
            name="managing_agency",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="accounts.agency",
            ),
        ),
        migrations.AddField(
            model_name="zonesum",
            name="managing_agency",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="accounts.agency",
            ),
        ),
        migrations.AddIndex(
            model_name="facilitycell",
            index=models.Index(fields=["grid", "x", "y"], name="facilitycell_square"),
        ),
        migrations.AddIndex(
            model_name="facilitycell",
            index=models.Index(condition=models.Q(("folded", False)), fields=["id"], name="facilitycell_unfolded"),
        ),
        migrations.AddIndex(
            model_name="facilitysum",
            index=models.Index(fields=["city", "relocation_class", "managing_agency"], name="facilitysum_group"),
        ),
        migrations.AddIndex(
            model_name="facilitysum",
            index=models.Index(condition=models.Q(("folded", False)), fields=["id"], name="facilitysum_unfolded"),
        ),
        migrations.AddIndex(
            model_name="zonesum",
            index=models.Index(fields=["city", "kind", "status"], name="zonesum_group"),
        ),
        migrations.AddIndex(
            model_name="zonesum",
            index=models.Index(condition=models.Q(("folded", False)), fields=["id"], name="zonesum_unfolded"),
        ),
        migrations.AddIndex(
            model_name="boundary",
            index=models.Index(
                condition=models.Q(("recorded_by__isnull", False)), fields=["recorded_at"], name="boundary_recorded"
            ),
        ),
        migrations.AddIndex(
            model_name="boundary",
            index=models.Index(
                condition=models.Q(("recorded_by__isnull", True)), fields=["recorded_at"], name="boundary_loaded"
            ),
        ),
        migrations.AddIndex(
            model_name="landuse",
            index=models.Index(
                condition=models.Q(("recorded_by__isnull", False)), fields=["recorded_at"], name="landuse_recorded"
            ),
        ),
        migrations.AddIndex(
            model_name="landuse",
            index=models.Index(
                condition=models.Q(("recorded_by__isnull", True)), fields=["recorded_at"], name="landuse_loaded"
            ),
        ),
        migrations.AddIndex(
            model_name="measurement",
            index=models.Index(
                condition=models.Q(("recorded_by__isnull", False)), fields=["recorded_at"], name="measurement_recorded"
            ),
        ),
        migrations.AddIndex(
            model_name="measurement",
            index=models.Index(
                condition=models.Q(("recorded_by__isnull", True)), fields=["recorded_at"], name="measurement_loaded"
            ),
        ),
        migrations.AddIndex(
            model_name="occupancy",
            index=models.Index(
                condition=models.Q(("recorded_by__isnull", False)), fields=["recorded_at"], name="occupancy_recorded"
            ),
        ),
        migrations.AddIndex(
            model_name="occupancy",
            index=models.Index(
                condition=models.Q(("recorded_by__isnull", True)), fields=["recorded_at"], name="occupancy_loaded"
            ),
        ),
        migrations.AddIndex(
            model_name="zonearea",
            index=models.Index(
                condition=models.Q(("recorded_by__isnull", False)), fields=["recorded_at"], name="zonearea_recorded"
            ),
        ),
        migrations.AddIndex(
            model_name="zonearea",
            index=models.Index(
                condition=models.Q(("recorded_by__isnull", True)), fields=["recorded_at"], name="zonearea_loaded"
            ),
        ),
        migrations.AddIndex(
            model_name="zonestatus",
            index=models.Index(
                condition=models.Q(("recorded_by__isnull", False)), fields=["recorded_at"], name="zonestatus_recorded"
            ),
        ),
        migrations.AddIndex(
            model_name="zonestatus",
            index=models.Index(
                condition=models.Q(("recorded_by__isnull", True)), fields=["recorded_at"], name="zonestatus_loaded"
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, drop_triggers),
    ]
