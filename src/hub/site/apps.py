from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "hub.site"
    label = "site"

    def ready(self) -> None:
        """Tell the room of people where people appear on the homes."""
        from hub.people.appearances import register
        from hub.site.appearances import appearances

        register("site", appearances)
