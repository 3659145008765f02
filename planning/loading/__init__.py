"""Loads the shipped plans, rules, steps and duties (data/) into the planning tables; loading again changes nothing."""

from django.db import transaction

from accounts.audit import acting
from planning.loading.duties import load_duties
from planning.loading.plans import load_plans
from planning.loading.rules import load_holidays, load_rules, load_silence_rules
from planning.loading.steps import load_steps
from planning.workflow import refresh_clocks
from zones.loading import Account

__all__ = ["load_planning"]


@transaction.atomic
def load_planning(folder):
    """Load the files of `folder`, all or nothing; BadFile says where a file cannot be read. Returns the Account.

    The register comes first (zones.loading.load_register): dossiers are about its zones."""
    account = Account()
    with acting(None, reason="Nạp dữ liệu kèm theo (data/)"):
        load_rules(folder, account)
        load_silence_rules(folder, account)
        load_holidays(folder, account)
        load_plans(folder, account)
        load_steps(folder, account)
        load_duties(folder, account)
        refresh_clocks()
    return account
