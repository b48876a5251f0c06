"""`onewindow exchange catalogue`: the catalogue of data resources, for other catalogues."""

import click

from onewindow.cli.installation import open_installation, prepare


@click.command()
@click.option("--format", "form", type=click.Choice(["turtle", "jsonld"]), default="turtle", show_default=True)
@click.option("--open", "only_open", is_flag=True, help="the open data sets alone, as /open-data/ tells them")
@click.option("--base", help="what addresses begin with; else the installation's own address")
def catalogue(form: str, only_open: bool, base: str | None) -> None:
    """Write every published data resource to stdout as DCAT-AP 3.0.1."""
    prepare()
    open_installation()
    from django.conf import settings

    from onewindow.modules.exchange import selectors
    from onewindow.plumbing.actors import Actor
    from onewindow.web.site.city import city

    actor = Actor.anonymous() if only_open else Actor.system("cli")
    address = base or settings.ONEWINDOW_ORIGIN
    click.echo(selectors.exported_resources(form=form, base=address, publisher=city().host, actor=actor), nl=False)
