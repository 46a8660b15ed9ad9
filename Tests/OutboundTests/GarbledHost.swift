import Wire

/// A host that offers STARTTLS and then speaks something else.
final class GarbledHost: Driver {
    typealias Peer = Connection

    private let host: ScriptHost
    private let log: HostLog
    private var isGarbled = false

    init(_ log: HostLog) {
        self.log = log
        host = ScriptHost("nowhere", .close, log, extensions: ["STARTTLS"])
    }

    func opened(_ peer: Connection) { host.opened(peer) }

    func received(_ bytes: Span<UInt8>, _ peer: Connection) -> Int {
        if isGarbled {
            peer.write(Array("this is no TLS at all\r\n".utf8))
            peer.flush()
            return bytes.count
        }
        let line = Array("STARTTLS\r\n".utf8)
        guard bytes.count == line.count, bytes.indices.allSatisfy({ bytes[$0] == line[$0] }) else {
            return host.received(bytes, peer)
        }
        log.add(event: "STARTTLS")
        isGarbled = true
        peer.write(Array("220 go on\r\n".utf8))
        peer.flush()
        return bytes.count
    }

    func woken(_ token: UInt64, _ peer: Connection) {}
    func deadlinePassed(_ peer: Connection) {}
    func closed() {}
}
