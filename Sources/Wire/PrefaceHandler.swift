internal import NIOCore
internal import TLS

/// Sees to what comes before a connection has a driver: a PROXY header, then TLS that begins at once.
///
/// Makes way for the driver's handler when both are done.
final class PrefaceHandler: ChannelInboundHandler, RemovableChannelHandler, Conductor {
    typealias InboundIn = ByteBuffer

    private let connection: Connection
    private let makeNext: (Connection) -> any ChannelHandler
    private var awaitsHeader: Bool
    private var isDone = false

    init(_ connection: Connection, awaitsHeader: Bool, _ makeNext: @escaping (Connection) -> any ChannelHandler) {
        self.connection = connection
        self.awaitsHeader = awaitsHeader
        self.makeNext = makeNext
    }

    func channelActive(context: ChannelHandlerContext) {
        connection.begin(context, self)
        if awaitsHeader {
            connection.roster.arm(connection.slot, connection.entrance.present.proxyDeadline)
        } else {
            connection.secureAtOnce()
        }
        pump()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.take(unwrapInboundIn(data))
        pump()
        connection.compact()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? ChannelEvent, event == .inputClosed else { return }
        connection.peerStoppedSending()
        pump()
    }

    func channelInactive(context: ChannelHandlerContext) { connection.end() }

    func handlerRemoved(context: ChannelHandlerContext) {
        if !isDone { connection.end() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { connection.abandon() }

    func pump() {
        guard !isDone, connection.phase == .open else { return }
        if awaitsHeader { readHeader() }
        if !awaitsHeader, connection.fault == nil {
            guard let engine = connection.engine else { return handOver() }
            if connection.takeHandshake(engine) { return handOver() }
        }
        if let fault = connection.fault { giveUp(fault) }
        connection.settle()
    }

    private func readHeader() {
        guard let unread = connection.unread else { return }
        switch ProxyHeader.parse(unread.readableBytesUInt8Span) {
        case .needMore: break
        case .malformed(let reason): connection.fault = .proxyHeader(reason)
        case .header(let length, let source, let destination):
            awaitsHeader = false
            connection.announce(length, source, destination)
            if connection.fault == nil, connection.listener.tls == .implicit { connection.secureAtOnce() }
        }
    }

    private func giveUp(_ fault: WireFault) {
        connection.fault = nil
        if awaitsHeader { connection.entrance.tally.note { $0.failedProxyHeaders += 1 } }
        // Scanners and health checks connect and go: nothing to tell.
        if !connection.inputEnded || connection.lastRead > 0 { connection.entrance.tell(fault, of: connection) }
        connection.wantsClose = true
    }

    private func handOver() {
        guard let context = connection.context else { return }
        isDone = true
        connection.roster.disarm(connection.slot)
        connection.hasNews = true
        let pipeline = context.pipeline.syncOperations
        do {
            try pipeline.addHandler(makeNext(connection), position: .after(self))
            pipeline.removeHandler(self, promise: nil)
        } catch {
            connection.abandon()
        }
    }

    /// Whatever the token means, nobody is here to understand it: whoever wakes all of them wants them to go.
    func woken(_ tokens: [UInt64]) {
        connection.wantsClose = true
        if !isDone { connection.settle() }
    }

    func deadlinePassed() {
        connection.fault = .slowProxyHeader
        pump()
    }

    func limitPassed() {}
}
