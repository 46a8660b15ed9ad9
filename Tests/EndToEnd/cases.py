"""What tests with a running server share: its clients, and the hosts that it delivers to."""
import unittest

from receiver import Receiver
from service import Service


def relaying(routes, outbound="", **files):
    """A service whose loopback clients may relay."""
    return Service(
        plugins=["relay", "rcpt_to.in_host_list", "queue/maildir"], relay_acl_allow="127.0.0.0/8\n",
        relay__ini="[relay]\nacl=true\n", outbound__ini=outbound, outbound__routes__ini=routes, **files)


class ClientCase(unittest.TestCase):
    def session(self):
        """A client of self.service that has been greeted."""
        client = self.service.raw()
        self.addCleanup(client.close)
        client.reply()
        client.say("EHLO client.example")
        return client


class RelayCase(unittest.TestCase):
    def receiver(self, *arguments, **options):
        """A host that takes mail, for as long as the test runs."""
        receiver = Receiver(*arguments, **options)
        self.addCleanup(receiver.close)
        return receiver

    def service(self, *arguments, **options):
        """A relaying server, for as long as the test runs."""
        service = relaying(*arguments, **options)
        self.addCleanup(service.close)
        return service.start()
