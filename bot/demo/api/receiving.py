"""Methods for receiving updates: long polling and webhooks."""

from bot.demo.api.params import Params
from bot.demo.errors import bad_request
from bot.demo.world import World

_MOST_LIMIT = 100


async def get_updates(world: World, params: Params) -> object:
    """Return the next updates, waiting for them as long as the bot wishes."""
    if "allowed_updates" in params:
        world.inbox.listen_to(str(one) for one in params.sequence("allowed_updates"))
    limit = params.integer("limit", _MOST_LIMIT)
    return await world.inbox.fetch(params.integer("offset"), limit, params.integer("timeout"))


def set_webhook(world: World, params: Params) -> object:
    """Have updates delivered to an address; an empty one switches that off."""
    url = params.text("url")
    if url and not url.startswith("https://") and not url.startswith("http://127."):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if "allowed_updates" in params:
        world.inbox.listen_to(str(one) for one in params.sequence("allowed_updates"))
    if params.flag("drop_pending_updates"):
        world.inbox.clear()
    secret, most = params.text("secret_token"), params.integer("max_connections", 40)
    world.inbox.webhook = {"url": url, "secret": secret, "max_connections": most} if url else {}
    world.inbox.bell.ring()
    return True


def delete_webhook(world: World, params: Params) -> object:
    """Go back to polling."""
    world.inbox.webhook = {}
    if params.flag("drop_pending_updates"):
        world.inbox.clear()
    return True


def webhook_info(world: World, params: Params) -> object:
    """Describe the webhook."""
    del params
    return {
        "url": str(world.inbox.webhook.get("url", "")),
        "has_custom_certificate": False,
        "pending_update_count": len(world.inbox),
    }
