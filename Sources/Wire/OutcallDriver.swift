internal import NIOCore
internal import TLS

/// Does on a connection's loop what an ``Outcall`` is asked for on other threads.
struct OutcallDriver: Driver {
    typealias Peer = Connection

    /// What is given to the connection at once: as much as NIO takes before it calls a connection congested.
    private static let portion = 64 << 10

    private let outcall: Outcall
    private let dialing: Dialing
    private let secure: Outcall.Secure?
    private let timeout: Duration
    /// By when the first handshake has to be finished.
    private let deadline: NIODeadline
    private var items: [Outcall.Item] = []
    /// The next item, and how much of its bytes the connection has.
    private var next = 0
    private var offset = 0
    /// The handshake under way.
    private var securing: OutcallSecurity?
    /// What waits until the handshake is over.
    private var wish: Outcall.DeadlineWish?
    private var isClosing = false
    private var hasClosed = false
    /// Whether another address was faster.
    private var isLate = false
    private var end: OutcallEnd?
    private var peer: Connection?

    init(
        _ outcall: Outcall,
        _ dialing: Dialing,
        _ secure: Outcall.Secure?,
        timeout: Duration,
        deadline: NIODeadline
    ) {
        self.outcall = outcall
        self.dialing = dialing
        self.secure = secure
        self.timeout = timeout
        self.deadline = deadline
    }

    mutating func opened(_ peer: Connection) {
        guard dialing.claim(peer.channel) else {
            isLate = true
            return peer.close()
        }
        self.peer = peer
        outcall.attach(peer.mailbox)
        if let secure {
            let left = deadline - .now()
            begin(secure, peer, within: .nanoseconds(max(left.nanoseconds, 0)))
            look(peer)
        } else {
            tell(peer) { $0.connected(OutcallFacts(peer, nil)) }
        }
    }

    mutating func received(_ bytes: Span<UInt8>, _ peer: Connection) -> Int {
        outcall.hold()
        outcall.listener.received(bytes)
        look(peer)
        return bytes.count
    }

    mutating func secured(_ facts: TLSFacts, _ peer: Connection) {
        guard let security = securing.take() else { return }
        peer.disarmLimit()
        tell(peer) { $0.connected(OutcallFacts(peer, OutcallTLS(facts, peer, security))) }
    }

    mutating func failed(_ fault: WireFault, _ peer: Connection) {
        end = end ?? (securing == nil ? .failed("\(fault)") : .tlsFailed("\(fault)"))
    }

    mutating func woken(_ token: UInt64, _ peer: Connection) { look(peer) }

    mutating func hasRoom(_ peer: Connection) { move(peer) }

    mutating func deadlinePassed(_ peer: Connection) {
        // It may have been replaced on another thread, or a moment ago.
        guard !outcall.wantsOtherDeadline else { return look(peer) }
        tell(peer) { $0.deadlinePassed() }
    }

    mutating func limitPassed(_ peer: Connection) {
        end = end ?? .tlsFailed("\(WireFault.slowHandshake)")
        peer.close()
    }

    mutating func closed() {
        guard !isLate else { return }
        let isBroken = peer?.isBroken == true && !hasClosed
        let usual = OutcallEnd.closed(hasClosed ? "closed" : "the other side closed the connection")
        let broken = "the connection broke"
        outcall.end(end ?? (isBroken ? securing == nil ? .failed(broken) : .tlsFailed(broken) : usual))
        peer = nil
        items = []
    }

    /// Calls the listener, then does what it has asked for meanwhile.
    private mutating func tell(_ peer: Connection, _ body: (any OutcallListener) -> Void) {
        outcall.hold()
        body(outcall.listener)
        look(peer)
    }

    private mutating func look(_ peer: Connection) {
        guard take(peer) else { return }
        outcall.hold()
        outcall.listener.woken()
        // Not at once again: what is written leaves only behind this call.
        if take(peer) { outcall.wake() }
    }

    /// Does what was asked for; whether the listener is to be woken.
    private mutating func take(_ peer: Connection) -> Bool {
        let errand = outcall.takeErrand()
        items.removeFirst(next)
        next = 0
        items += errand.items
        isClosing = errand.isClosing
        if errand.isPaused { peer.pauseReading() } else { peer.resumeReading() }
        wish = errand.deadline ?? wish
        obey(peer)
        move(peer)
        return errand.wakes
    }

    private mutating func obey(_ peer: Connection) {
        guard securing == nil, let wish = wish.take() else { return }
        switch wish {
        case .arm(let deadline): peer.arm(deadline: deadline)
        case .disarm: peer.disarm()
        }
    }

    /// Gives the connection as much as the peer is likely to take; all of it when it is to be closed then.
    private mutating func move(_ peer: Connection) {
        guard securing == nil, !hasClosed else { return }
        var room = isClosing ? Int.max : peer.isCongested ? 0 : Self.portion
        while next < items.count {
            switch items[next] {
            case .bytes(let bytes):
                guard room > 0 else { return peer.awaitRoom() }
                give(bytes, &room, peer)
            case .tls(let secure):
                next += 1
                return begin(secure, peer, within: timeout)
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

    private mutating func begin(_ secure: Outcall.Secure, _ peer: Connection, within limit: Duration) {
        securing = secure.security
        peer.armLimit(deadline: limit)
        peer.startTLS(secure.context, name: secure.security.name, demand: secure.security.demand)
    }
}
