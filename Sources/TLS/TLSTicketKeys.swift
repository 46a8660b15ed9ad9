internal import COpenSSL
internal import System

/// The keys that protect session tickets: the newest seals, it and the two before it open (RFC 5077 §4).
///
/// Kept by the caller from one set of contexts to the next, so that a reload loses no session. Whoever rotates them
/// decides how long a session can be resumed: two rotations at least, three at most.
public final class TLSTicketKeys: Sendable {
    struct Key: Sendable {
        let name: [UInt8]
        let cipher: [UInt8]
        let mac: [UInt8]

        init() {
            name = Randomness.bytes(16)
            cipher = Randomness.bytes(32)
            mac = Randomness.bytes(32)
        }
    }

    private static let kept = 3
    private let keys = Locked([Key()])

    public init() {}

    /// Makes a new key for new tickets; the oldest one goes.
    public func rotate() {
        let key = Key()
        keys.withLock { keys in
            keys.insert(key, at: 0)
            if keys.count > Self.kept { keys.removeLast() }
        }
    }

    var newest: Key { keys.withLock { $0[0] } }

    func key(named name: [UInt8]) -> (key: Key, isNewest: Bool)? {
        keys.withLock { keys in
            guard let place = keys.firstIndex(where: { $0.name == name }) else { return nil }
            return (keys[place], place == 0)
        }
    }
}
