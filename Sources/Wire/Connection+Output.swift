internal import Glibc
internal import NIOCore
internal import TLS

extension Connection {
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
        if upcoming != nil { dropKernelInput() }
        if wantsFlush || wantsClose { send() }
        guard phase == .open else { return }
        if upcoming != nil {
            switchToTLS()
            // Who has called speaks first.
            if let engine, engine.ciphertextCount > 0 { send() }
        }
        if wantsClose {
            finish()
        } else if holdsBack {
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
        if let engine { encrypt(engine) }
        guard output.readableBytes > 0, let context, !sendAtOnce() else { return }
        hasQueued = true
        // Out of the way first: writing can come back here, through a change of writability.
        var leaving = ByteBuffer()
        swap(&leaving, &output)
        context.writeAndFlush(NIOAny(leaving), promise: nil)
        if isCongested, pending > Self.pendingLimit { abandon() }
    }

    /// Gives the output to the kernel, past NIO's queue, which costs half as much again as the system call.
    ///
    /// Whether all of it was taken; the rest, and an error, are NIO's.
    private func sendAtOnce() -> Bool {
        guard handle >= 0, phase == .open, pending == 0 else { return false }
        // The last reply leaves in one segment with the FIN that follows at once.
        let flags = CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT) | (wantsClose ? CInt(MSG_MORE) : 0)
        let sent = unsafe output.withUnsafeReadableBytes { bytes in
            unsafe Glibc.send(handle, bytes.baseAddress, bytes.count, flags)
        }
        if sent > 0 { output.moveReaderIndex(forwardBy: sent) }
        guard output.readableBytes == 0 else { return false }
        var empty = ByteBuffer()
        swap(&empty, &output)
        roster.giveBackOutput(empty)
        return true
    }

    /// Bytes that NIO holds because the peer doesn't take them.
    private var pending: Int {
        guard hasQueued else { return 0 }
        let bytes = (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        hasQueued = bytes > 0
        return bytes
    }

    private func finish() {
        guard phase == .open, let context else { return }
        phase = .closing
        let isStreaming = closesGently || lastRead >= Self.streamRead || !kernelReads
        unread = nil
        roster.disarm(slot)
        roster.disarmLimit(slot)
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
        guard phase == .open else { return abandon() }
        guard isHandshaking else { conductor?.deadlinePassed(); return }
        failHandshake(.slowHandshake)
        performUnlessBusy()
    }

    func limitPassed() {
        if phase == .open { conductor?.limitPassed() }
    }

    func peerStoppedSending() {
        inputEnded = true
        if isHandshaking { engine?.transportEnded() }
        if phase == .closing, pending == 0 { context?.close(promise: nil) }
    }
}
