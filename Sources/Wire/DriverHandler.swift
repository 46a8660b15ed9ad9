internal import NIOCore
internal import TLS

/// Turns NIO's events into a driver's calls.
final class DriverHandler<D: Driver>: ChannelInboundHandler, Conductor where D.Peer == Connection {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let connection: Connection
    private var driver: D
    private var toldClosed = false

    init(_ connection: Connection, _ driver: D) {
        self.connection = connection
        self.driver = driver
    }

    /// Where there was something before the driver, the channel is active already.
    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { open(context) }
    }

    func channelActive(context: ChannelHandlerContext) { open(context) }

    private func open(_ context: ChannelHandlerContext) {
        connection.begin(context, self)
        call { driver.opened(connection) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.take(unwrapInboundIn(data))
        pump()
        connection.compact()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        connection.isCongested = !context.channel.isWritable
        // The peer takes no output, so that it isn't asked for more input either.
        guard !connection.isCongested, !connection.isBusy else { return }
        connection.hasNews = true
        pump()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? ChannelEvent, event == .inputClosed else { return }
        connection.peerStoppedSending()
        pump()
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.phase = .gone
        tellClosed()
        connection.end()
    }

    /// Also for a channel that was never active.
    func handlerRemoved(context: ChannelHandlerContext) { connection.end() }

    /// A broken connection; NIO reports what broke it, and nobody can answer any more.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        connection.isBroken = true
        connection.abandon()
    }

    func pump() {
        guard !connection.isBusy else { return }
        if let engine = connection.engine {
            show(engine)
        } else {
            while var bytes = connection.takeShowable() {
                connection.isBusy = true
                let consumed = driver.received(bytes.readableBytesUInt8Span, connection)
                connection.isBusy = false
                bytes.moveReaderIndex(forwardBy: consumed)
                connection.putBack(bytes)
            }
        }
        if connection.fault != nil { tellFault() }
        settle()
    }

    /// Shows what is decrypted, where it is.
    private func show(_ engine: TLSEngine) {
        if connection.isHandshaking {
            guard connection.takeHandshake(engine), let facts = engine.facts else { return }
            guard !connection.isOver else { return }
            connection.isBusy = true
            driver.secured(facts, connection)
            connection.isBusy = false
        }
        while connection.mayShow, engine.plaintextCount > 0 {
            connection.hasNews = false
            connection.isBusy = true
            let consumed = engine.withPlaintext { driver.received($0, connection) }
            connection.isBusy = false
            engine.dropPlaintext(consumed)
        }
    }

    private func tellFault() {
        guard let fault = connection.fault else { return }
        connection.fault = nil
        guard !connection.isOver else { return }
        connection.isBusy = true
        driver.failed(fault, connection)
        connection.isBusy = false
        // The rest of a ClientHello may still be coming, and would reset an alert or a reply away.
        connection.closesGently = true
        connection.wantsClose = true
    }

    func woken(_ tokens: [UInt64]) {
        for token in tokens where !connection.isOver || connection.lingers {
            connection.isBusy = true
            driver.woken(token, connection)
            connection.isBusy = false
        }
        if connection.phase != .gone { pump() }
    }

    func deadlinePassed() {
        call { driver.deadlinePassed(connection) }
    }

    func limitPassed() {
        call { driver.limitPassed(connection) }
    }

    private func call(_ body: () -> Void) {
        guard !connection.isOver else { return }
        connection.isBusy = true
        body()
        connection.isBusy = false
        pump()
    }

    private func settle() {
        connection.settle()
        while connection.takeRoom() {
            connection.isBusy = true
            driver.hasRoom(connection)
            connection.isBusy = false
            connection.settle()
        }
        if connection.isOver { tellClosed() }
    }

    private func tellClosed() {
        guard !toldClosed else { return }
        toldClosed = true
        driver.closed()
    }
}
