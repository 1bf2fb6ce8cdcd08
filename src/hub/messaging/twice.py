"""Which of two rows of this room counts where two records of a person become one."""

from hub.kit.joining import counts

counts("messaging.Choice", because="it takes over the rarer of the two (receivers.merging)")
counts("messaging.Message", because="one that is out outweighs one that waits: that makes room beforehand (receivers.merging)")
counts("messaging.Mailing_besides", because="to be on a list twice is to be on it")
counts("messaging.Mailing_without", because="to be left out twice is to be left out")
