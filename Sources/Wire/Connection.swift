internal import NIOCore
internal import TLS

/// One mail connection, as its driver sees it.
///
/// While the driver is being called, it only writes down what is asked of it; the handler performs that when the call has
/// returned. So a driver is never entered twice, and whatever it wrote leaves in one system call.
public final class Connection: Link {
    /// Where the connection is in its life.
    enum Phase {
        case open
        /// The driver is done with it; output may still be leaving.
        case closing
        case gone
    }

    let channel: any Channel
    let roster: LoopRoster
    let entrance: Entrance
    /// Set while the channel is active.
    var context: ChannelHandlerContext?
    var conductor: (any Conductor)?
    var phase = Phase.open
    var slot = -1

    /// Bytes that the driver hasn't taken yet.
    var unread: ByteBuffer?
    var output = ByteBuffer()
    /// Whether the driver is being called.
    var isBusy = false
    /// Whether something has changed since the driver last saw the unread bytes.
    var hasNews = false
    var isPaused = false
    /// Whether so much output waits for the peer that it isn't listened to, or given more.
    public internal(set) var isCongested = false
    /// Whether a peer that takes no output is listened to all the same: one that we have called may wait for that.
    var listensWhenCongested = false
    /// Whether the driver waits for room for more output.
    var wantsRoom = false
    /// Whether the network has ended it, and neither side.
    var isBroken = false
    /// Whether the peer has stopped sending.
    var inputEnded = false
    /// Whether the driver is to be woken although the connection is over.
    var lingers = false
    var wantsFlush = false
    var wantsClose = false
    /// Whether the peer may be sending on.
    var closesGently = false
    var kernelReads = true
    var lastRead = 0
    /// The socket; -1 where output has to go through NIO.
    var handle: CInt = -1
    /// Whether NIO may still hold output.
    var hasQueued = false
    /// Whether the driver has yet to be shown anything in the clear.
    var isFresh = true
    /// Sits between socket and driver once TLS has begun; nil is all that a plain connection costs.
    var engine: TLSEngine?
    /// Takes over when what was written in the clear has left.
    var upcoming: TLSEngine?
    /// From the driver's wish for TLS until it is told what has become of it.
    var isHandshaking = false
    /// Why the connection is given up, until the driver is told.
    var fault: WireFault?
    /// Whom a proxy has named.
    var announced: AnnouncedEnds?
    /// Whether the tally has it, and by which address.
    var isCounted = false
    var countedAddress: IPAddress?
    public internal(set) var droppedPlaintext = 0
    public internal(set) var bytesReceived: UInt64 = 0
    private var box: LoopMailbox?

    init(channel: any Channel, roster: LoopRoster, entrance: Entrance) {
        self.channel = channel
        self.roster = roster
        self.entrance = entrance
    }

    public var remote: PeerAddress { announced?.source ?? PeerAddress(channel.remoteAddress) }
    public var local: PeerAddress { announced?.destination ?? PeerAddress(channel.localAddress) }
    public var proxiedBy: PeerAddress? { announced == nil ? nil : PeerAddress(channel.remoteAddress) }
    public var listener: ListenerOptions { entrance.options }
    public var loopIndex: Int { roster.index }

    public func write(_ bytes: Span<UInt8>) {
        guard accepts else { return }
        makeRoom()
        unsafe output.writeBytes(bytes.bytes)
    }

    public func write(_ bytes: [UInt8]) {
        guard accepts else { return }
        makeRoom()
        output.writeBytes(bytes)
    }

    func makeRoom() {
        if output.capacity == 0 { output = roster.takeOutput(channel.allocator) }
    }

    public func flush() {
        wantsFlush = true
        performUnlessBusy()
    }

    public func pauseReading() { isPaused = true }

    public func resumeReading() {
        guard isPaused else { return }
        isPaused = false
        hasNews = true
        performUnlessBusy()
    }

    public func arm(deadline: Duration) {
        guard isListed, accepts else { return }
        roster.arm(slot, deadline)
    }

    public func disarm() {
        guard isListed, accepts else { return }
        roster.disarm(slot)
    }

    public func armLimit(deadline: Duration) {
        guard isListed, accepts else { return }
        roster.armLimit(slot, deadline)
    }

    public func disarmLimit() {
        guard isListed, accepts else { return }
        roster.disarmLimit(slot)
    }

    /// Calls ``Driver/hasRoom(_:)`` once, as soon as the peer has taken most of what was flushed.
    public func awaitRoom() {
        wantsRoom = true
        performUnlessBusy()
    }

    /// Whether the driver is to be told now that there is room; true once for each wish.
    func takeRoom() -> Bool {
        guard wantsRoom, !isCongested, accepts else { return false }
        wantsRoom = false
        return true
    }

    public func close() {
        wantsClose = true
        performUnlessBusy()
    }

    public func closeGently() {
        closesGently = true
        close()
    }

    public func awaitDriver() { lingers = true }

    public func driverIsDone() {
        lingers = false
        if phase == .gone { box?.close() }
    }

    public var mailbox: any Mailbox {
        if let box { return box }
        guard phase != .gone else { return DeadMailbox() }
        let box = LoopMailbox(loop: roster.loop)
        if let conductor { box.attach(conductor) }
        self.box = box
        return box
    }

    var isListed: Bool { slot >= 0 }

    /// Whether the driver has nothing more to hear of it.
    var isOver: Bool { wantsClose || phase != .open }

    var accepts: Bool { !wantsClose && phase == .open && !isHandshaking }

    /// Whether what arrives is to stay with the kernel.
    var holdsBack: Bool { isPaused || (isCongested && !listensWhenCongested) }

    func performUnlessBusy() {
        if !isBusy { conductor?.pump() }
    }
}

extension Connection {
    /// The channel is active, or has been given to another handler.
    func begin(_ context: ChannelHandlerContext, _ conductor: any Conductor) {
        self.context = context
        self.conductor = conductor
        box?.attach(conductor)
        guard !isListed else { return }
        handle = Self.handle(of: context)
        slot = roster.add(self)
    }

    private static func handle(of context: ChannelHandlerContext) -> CInt {
        // Not `withUnsafeTransportIfAvailable`, whose cast to one kind of transport costs more than a write.
        guard let core = context.channel._channelCore as? any NIOTransportAccessibleChannelCore else { return -1 }
        return transport(of: core) as? NIOBSDSocket.Handle ?? -1
    }

    private static func transport(of core: some NIOTransportAccessibleChannelCore) -> Any? {
        try? core.withUnsafeTransport { $0 }
    }

    /// The channel is gone: lets go of everything.
    func end() {
        phase = .gone
        handle = -1
        if isCounted { entrance.tally.remove(countedAddress) }
        isCounted = false
        guard isListed else { return }
        roster.remove(slot)
        slot = -1
        if !lingers { box?.close() }
        context = nil
        conductor = nil
        unread = nil
        output = ByteBuffer()
        engine = nil
        upcoming = nil
    }
}
