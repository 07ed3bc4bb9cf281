"""Typed identifiers; all of them fit into 64 bits."""

from typing import NewType

FeedId = NewType("FeedId", int)
ArticleId = NewType("ArticleId", int)
ChatId = NewType("ChatId", int)
ThreadId = NewType("ThreadId", int)
"""A forum topic; 0 means the chat itself."""
UserId = NewType("UserId", int)
MessageId = NewType("MessageId", int)
QueryId = NewType("QueryId", int)
"""A normal form in one mode, shared by all chats that subscribed to it."""
SubscriptionId = NewType("SubscriptionId", int)
DeliveryId = NewType("DeliveryId", int)
StoryId = NewType("StoryId", int)
"""The number of the first article that told it."""
SearchId = NewType("SearchId", int)
BroadcastId = NewType("BroadcastId", int)
AlertActionId = NewType("AlertActionId", int)
