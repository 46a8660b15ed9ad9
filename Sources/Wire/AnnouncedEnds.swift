/// Both ends of a connection as a proxy has announced them; an object, so that other connections pay for a pointer only.
final class AnnouncedEnds {
    let source: PeerAddress
    let destination: PeerAddress

    init(source: PeerAddress, destination: PeerAddress) {
        self.source = source
        self.destination = destination
    }
}
