from django.apps import AppConfig


class ScheduleConfig(AppConfig):
    name = "hub.schedule"
    label = "schedule"

    def ready(self) -> None:
        """Tell the room of people where people appear here."""
        from hub.people.appearances import register
        from hub.schedule.appearances import appearances

        register("schedule", appearances)
