"""Who is told what of an obstacle: the agency that has to remove it, those who let updates stand, whoever told."""

from django.urls import reverse

from accounts import notices
from planning.models import ObstacleUpdate


def given(obstacle, by):
    """Tell the agency to which an obstacle is new: its officer where one is named, otherwise its people."""
    people = [obstacle.officer] if obstacle.officer_id else notices.staff_of(obstacle.agency)
    tell(obstacle, people, by, f"given:{obstacle.agency_id}", "obstacle_given", due=obstacle.first_expected_on)


def waiting(update):
    """Tell those who let it stand that an update waits."""
    obstacle, by = update.obstacle, update.recorded_by
    words = {"agency": str(update.agency or by), "on": update.on}
    people = notices.deciders_of(obstacle.agency)
    tell(obstacle, people, by, f"update:{update.pk}", "obstacle_update_waiting", **words)


def decided(update):
    """Tell whoever told; of what stands, the agency that raised the obstacle, too."""
    obstacle = update.obstacle
    raisers = notices.staff_of(obstacle.raised_by) if update.decision == ObstacleUpdate.Decision.APPROVED else []
    people = [update.recorded_by, *raisers]
    tell(obstacle, people, update.decided_by, f"decided:{update.pk}", "obstacle_update_decided", on=update.on)


def tell(obstacle, people, by, occasion, kind, **words):
    others = {person.pk: person for person in people if person != by}
    key, address = f"obstacle:{obstacle.pk}:{occasion}", reverse("planning:obstacle", args=[obstacle.code])
    about = {"subject": obstacle.title, "about": obstacle, "address": address}
    notices.tell(others.values(), key=key, kind=kind, given=words, **about)
