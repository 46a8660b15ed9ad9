import Support
import System
import TLS
import Wire

/// A host that speaks TLS at once, says what it is told to, and closes or stays.
final class WebHost: Sendable {
    let listeners = Listeners(loops: 2)
    let port: UInt16
    let heard = Locked("")

    init(_ answer: String, closes: Bool = true) throws {
        let (listeners, heard) = (listeners, heard)
        do {
            let bound = try listeners.bind([Listener(ListenAddress("127.0.0.1:0"), ListenerOptions(tls: .implicit))])
            listeners.apply(try Certificates.reception())
            try listeners.accept { _ in Talk(answer, closes: closes, heard) }
            if case .tcp(_, let port) = bound[0].actual { self.port = port } else { port = 0 }
        } catch {
            listeners.shutdown()
            throw error
        }
        var settings = TLSClientSettings()
        settings.trust = .authorities(file: "\(Certificates.folder)/one.pem")
        listeners.dialer.apply(settings)
    }

    deinit { listeners.shutdown() }

    struct Talk: Driver {
        typealias Peer = Connection

        let answer: String
        let closes: Bool
        let heard: Locked<String>

        init(_ answer: String, closes: Bool, _ heard: Locked<String>) {
            (self.answer, self.closes, self.heard) = (answer, closes, heard)
        }

        mutating func opened(_ peer: Connection) {}

        mutating func received(_ bytes: Span<UInt8>, _ peer: Connection) -> Int {
            var text: [UInt8] = []
            for index in bytes.indices { text.append(bytes[index]) }
            let isWhole = heard.withLock { heard in
                heard += String(decoding: text, as: UTF8.self)
                return heard.contains("\r\n\r\n")
            }
            if isWhole {
                peer.write(Array(answer.utf8))
                peer.flush()
                if closes { peer.close() }
            }
            return bytes.count
        }

        mutating func secured(_ facts: TLSFacts, _ peer: Connection) {}
        mutating func woken(_ token: UInt64, _ peer: Connection) {}
        mutating func deadlinePassed(_ peer: Connection) {}
        mutating func closed() {}
    }
}
