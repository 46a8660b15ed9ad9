internal import NIOCore

extension Connection {
    /// An output buffer that has grown beyond this isn't kept for the next reply.
    private static let keptOutput = 4096
    /// More output than this that the peer doesn't take ends the connection.
    static let pendingLimit = 16 << 20
    /// From this many bytes on, a read is part of a stream rather than a command.
    private static let streamRead = 1024
    /// How long a closed connection's last output may take to leave.
    private static let drainTime = Duration.seconds(10)
    /// How long a peer that is still sending gets to read our last reply.
    private static let lingerTime = Duration.seconds(2)

    /// Does what the driver asked for during its last call.
    func settle() {
        if wantsFlush || wantsClose { send() }
        guard phase == .open else { return }
        if wantsClose {
            finish()
        } else if isPaused || isCongested {
            return
        } else if inputEnded {
            wantsClose = true
            send()
            finish()
        } else {
            startKernel()
        }
    }

    private func send() {
        wantsFlush = false
        guard output.readableBytes > 0, let context else { return }
        // Out of the way first: writing can come back here, through a change of writability.
        var leaving = ByteBuffer()
        swap(&leaving, &output)
        context.writeAndFlush(NIOAny(leaving), promise: nil)
        if leaving.capacity <= Self.keptOutput, output.capacity == 0 {
            // Written at once as a rule, so that the storage is ours alone again and is reused.
            leaving.clear()
            output = leaving
        }
        if isCongested, pending > Self.pendingLimit { abandon() }
    }

    /// Bytes that NIO holds because the peer doesn't take them.
    private var pending: Int {
        (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }

    private func finish() {
        guard phase == .open, let context else { return }
        phase = .closing
        let isStreaming = lastRead >= Self.streamRead || !kernelReads
        unread = nil
        roster.disarm(slot)
        if pending > 0 {
            drain(context, thenLinger: isStreaming)
        } else if isStreaming, !inputEnded {
            linger()
        } else {
            context.close(promise: nil)
        }
    }

    /// Closes when the output has left.
    private func drain(_ context: ChannelHandlerContext, thenLinger: Bool) {
        roster.arm(slot, Self.drainTime)
        context.writeAndFlush(NIOAny(ByteBuffer())).assumeIsolated().whenComplete { _ in
            guard self.phase == .closing, let context = self.context else { return }
            if thenLinger, !self.inputEnded { self.linger() } else { context.close(promise: nil) }
        }
    }

    /// Ends our half and throws away what still comes.
    ///
    /// Closing a socket that holds unread bytes sends a reset, which can overtake our last reply: the peer would see an
    /// error instead of the reason.
    private func linger() {
        roster.arm(slot, Self.lingerTime)
        startKernel()
        context?.close(mode: .output, promise: nil)
    }

    /// Closes at once, whatever is still to be sent.
    func abandon() {
        wantsClose = true
        phase = .closing
        context?.close(promise: nil)
    }

    func deadlinePassed() {
        if phase == .open { conductor?.deadlinePassed() } else { abandon() }
    }

    func peerStoppedSending() {
        inputEnded = true
        if phase == .closing, pending == 0 { context?.close(promise: nil) }
    }
}
