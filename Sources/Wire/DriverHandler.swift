internal import NIOCore

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

    func channelActive(context: ChannelHandlerContext) {
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

    /// A broken connection; NIO reports what broke it, and nobody can answer any more.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        connection.abandon()
    }

    func pump() {
        guard !connection.isBusy else { return }
        while var bytes = connection.takeShowable() {
            connection.isBusy = true
            let consumed = driver.received(bytes.readableBytesUInt8Span, connection)
            connection.isBusy = false
            bytes.moveReaderIndex(forwardBy: consumed)
            connection.putBack(bytes)
        }
        settle()
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

    private func call(_ body: () -> Void) {
        guard !connection.isOver else { return }
        connection.isBusy = true
        body()
        connection.isBusy = false
        pump()
    }

    private func settle() {
        connection.settle()
        if connection.isOver { tellClosed() }
    }

    private func tellClosed() {
        guard !toldClosed else { return }
        toldClosed = true
        driver.closed()
    }
}
