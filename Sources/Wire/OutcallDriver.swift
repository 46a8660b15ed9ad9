internal import NIOCore
internal import TLS

/// Does on a connection's loop what an ``Outcall`` is asked for on other threads.
struct OutcallDriver: Driver {
    typealias Peer = Connection

    /// What is given to the connection at once: as much as NIO takes before it calls a connection congested.
    private static let portion = 64 << 10

    private let outcall: Outcall
    private let security: (context: TLSClientContext, name: String?)?
    private let timeout: Duration
    /// By when the first handshake has to be finished.
    private let deadline: NIODeadline
    private var items: [Outcall.Item] = []
    /// The next item, and how much of its bytes the connection has.
    private var next = 0
    private var offset = 0
    private var isSecuring = false
    private var isClosing = false
    private var hasClosed = false
    private var end: OutcallEnd?
    private var peer: Connection?

    init(
        _ outcall: Outcall,
        _ security: (context: TLSClientContext, name: String?)?,
        timeout: Duration,
        deadline: NIODeadline
    ) {
        self.outcall = outcall
        self.security = security
        self.timeout = timeout
        self.deadline = deadline
    }

    mutating func opened(_ peer: Connection) {
        self.peer = peer
        outcall.attach(peer.mailbox)
        if let security {
            let left = deadline - .now()
            secure(peer, security.context, security.name, within: .nanoseconds(max(left.nanoseconds, 0)))
        } else {
            outcall.listener.connected()
        }
        look(peer)
    }

    mutating func received(_ bytes: Span<UInt8>, _ peer: Connection) -> Int {
        outcall.listener.received(bytes)
        return bytes.count
    }

    mutating func secured(_ facts: TLSFacts, _ peer: Connection) {
        isSecuring = false
        peer.disarmLimit()
        outcall.listener.connected()
        move(peer)
    }

    mutating func failed(_ fault: WireFault, _ peer: Connection) { end = end ?? .failed("\(fault)") }

    mutating func woken(_ token: UInt64, _ peer: Connection) { look(peer) }

    mutating func hasRoom(_ peer: Connection) { move(peer) }

    mutating func deadlinePassed(_ peer: Connection) {}

    mutating func limitPassed(_ peer: Connection) {
        end = end ?? .failed("\(WireFault.slowHandshake)")
        peer.close()
    }

    mutating func closed() {
        let isBroken = peer?.isBroken == true && !hasClosed
        let usual = OutcallEnd.closed(hasClosed ? "closed" : "the other side closed the connection")
        outcall.end(end ?? (isBroken ? .failed("the connection broke") : usual))
        peer = nil
        items = []
    }

    private mutating func look(_ peer: Connection) {
        let errand = outcall.takeErrand()
        items.removeFirst(next)
        next = 0
        items += errand.items
        isClosing = errand.isClosing
        if errand.isPaused { peer.pauseReading() } else { peer.resumeReading() }
        move(peer)
    }

    /// Gives the connection as much as the peer is likely to take; all of it when it is to be closed then.
    private mutating func move(_ peer: Connection) {
        guard !isSecuring, !hasClosed else { return }
        var room = isClosing ? Int.max : peer.isCongested ? 0 : Self.portion
        while next < items.count {
            switch items[next] {
            case .bytes(let bytes):
                guard room > 0 else { return peer.awaitRoom() }
                give(bytes, &room, peer)
            case .tls(let context, let name):
                next += 1
                return secure(peer, context, name, within: timeout)
            case .close:
                next += 1
                hasClosed = true
                return peer.close()
            }
        }
        items = []
        next = 0
    }

    private mutating func give(_ bytes: [UInt8], _ room: inout Int, _ peer: Connection) {
        let count = min(room, bytes.count - offset)
        peer.write(bytes.span.extracting(offset..<offset + count))
        peer.flush()
        room -= count
        offset += count
        if offset == bytes.count {
            next += 1
            offset = 0
        }
        outcall.gave(count)
    }

    private mutating func secure(
        _ peer: Connection,
        _ context: TLSClientContext,
        _ name: String?,
        within limit: Duration
    ) {
        isSecuring = true
        peer.armLimit(deadline: limit)
        peer.startTLS(context, name: name)
    }
}
