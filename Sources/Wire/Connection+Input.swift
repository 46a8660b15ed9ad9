internal import NIOCore

extension Connection {
    /// More unread bytes than this from one peer, in a driver that doesn't pause, end the connection.
    static let unreadLimit = 4 << 20

    /// Adds what has just been read to the unread bytes.
    func take(_ bytes: ByteBuffer) {
        // A closing connection reads only so that the peer gets our last reply before a reset.
        guard phase == .open else { return }
        lastRead = bytes.readableBytes
        hasNews = true
        if unread == nil {
            unread = bytes
        } else {
            unread?.writeImmutableBuffer(bytes)
            recycle(bytes)
        }
        if isPaused || isCongested { stopKernel() }
        if let unread, unread.readableBytes > Self.unreadLimit { abandon() }
    }

    /// Moves the unread bytes out if the driver should look at them now.
    func takeShowable() -> ByteBuffer? {
        guard hasNews, phase == .open, !wantsClose, !isPaused, !isCongested else { return nil }
        hasNews = false
        defer { unread = nil }
        return unread
    }

    /// Keeps what the driver left of them.
    func putBack(_ rest: consuming ByteBuffer) {
        if rest.readableBytes > 0 { unread = rest } else { recycle(rest) }
    }

    /// Moves unread bytes out of the loop's buffer, which the next read needs.
    func compact() {
        guard let whole = unread, whole.capacity >= ReadBuffers.size, whole.readableBytes < ReadBuffers.size / 2 else {
            return
        }
        unread = ByteBuffer(bytes: whole.readableBytesView)
        recycle(whole)
    }

    private func recycle(_ buffer: consuming ByteBuffer) {
        if buffer.capacity == ReadBuffers.size { roster.giveBack(buffer) }
    }

    /// Stops reading only once bytes have come that nobody wants yet.
    ///
    /// A pause is over before that as a rule, and then costs no system call.
    func stopKernel() {
        guard kernelReads else { return }
        kernelReads = false
        try? channel.syncOptions?.setOption(.autoRead, value: false)
    }

    func startKernel() {
        guard !kernelReads else { return }
        kernelReads = true
        try? channel.syncOptions?.setOption(.autoRead, value: true)
    }
}
