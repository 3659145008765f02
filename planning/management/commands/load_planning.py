from planning.loading import load_planning
from zones.management.commands import load_register


class Command(load_register.Command):
    help = "Loads the shipped plans, rules and steps of zones, after load_register. Run again, it changes nothing."
    load = staticmethod(load_planning)
