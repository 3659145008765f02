from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("zones", "0003_stored_sums")]

    operations = []
