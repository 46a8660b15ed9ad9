import TLS
import Wire

/// A driver made of closures, which tells what happened to it.
struct Script: Driver {
    var onOpened: (Connection) -> Void = { _ in }
    var onReceived: (Span<UInt8>, Connection) -> Int = { bytes, _ in bytes.count }
    var onWoken: (UInt64, Connection) -> Void = { _, _ in }
    var onDeadline: (Connection) -> Void = { $0.close() }
    var onLimit: (Connection) -> Void = { $0.close() }
    var onSecured: (TLSFacts, Connection) -> Void = { _, _ in }
    var onFailed: (WireFault, Connection) -> Void = { _, _ in }
    var onClosed: () -> Void = {}

    func opened(_ peer: Connection) { onOpened(peer) }
    func received(_ bytes: Span<UInt8>, _ peer: Connection) -> Int { onReceived(bytes, peer) }
    func woken(_ token: UInt64, _ peer: Connection) { onWoken(token, peer) }
    func deadlinePassed(_ peer: Connection) { onDeadline(peer) }
    func limitPassed(_ peer: Connection) { onLimit(peer) }
    func secured(_ facts: TLSFacts, _ peer: Connection) { onSecured(facts, peer) }
    func failed(_ fault: WireFault, _ peer: Connection) { onFailed(fault, peer) }
    func closed() { onClosed() }

    /// Takes whole lines, and calls `line` with each without its end; leaves what is behind a line STARTTLS.
    static func lines(_ line: @escaping (String, Connection) -> Void) -> Script {
        Script(onReceived: { bytes, peer in
            var start = 0
            for at in bytes.indices where bytes[at] == UInt8(ascii: "\n") {
                let text = (start..<at).map { bytes[$0] }
                line(String(decoding: text, as: UTF8.self), peer)
                start = at + 1
                if text == Array("STARTTLS".utf8) { break }
            }
            peer.flush()
            return start
        })
    }
}

extension Connection {
    func say(_ text: String) { write(Array(text.utf8)) }
}
