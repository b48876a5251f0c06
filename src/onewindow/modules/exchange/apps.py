from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "onewindow.modules.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # They declare who is told, what is done by the clock, what may be done, and what a look shows.
        from onewindow.modules.exchange import exposed, handlers, jobs, own_data, permissions  # noqa: F401  (imported to declare)
        from onewindow.modules.exchange.face import HttpFace
        from onewindow.modules.exchange.identity_sources import BusinessRegister, GuardianRegister, PopulationRegister
        from onewindow.modules.exchange.national import HttpNational
        from onewindow.modules.identity.services import (
            use_business_source,
            use_face_provider,
            use_guardian_source,
            use_national_provider,
            use_population_source,
        )

        use_population_source(PopulationRegister())
        use_business_source(BusinessRegister())
        use_guardian_source(GuardianRegister())
        use_face_provider(HttpFace())
        use_national_provider(HttpNational())
