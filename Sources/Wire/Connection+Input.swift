internal import NIOCore

extension Connection {
    /// More unread bytes than this from one peer, in a driver that doesn't pause, end the connection.
    static let unreadLimit = 4 << 20

    /// Adds what has just been read to the unread bytes.
    func take(_ bytes: ByteBuffer) {
        // A closing connection reads only so that the peer gets our last reply before a reset.
        guard phase == .open else { return }
        lastRead = bytes.readableBytes
        if let engine { return take(bytes, engine) }
        bytesReceived &+= UInt64(lastRead)
        hasNews = true
        if unread == nil {
            unread = bytes
        } else {
            unread?.writeImmutableBuffer(bytes)
            recycle(bytes)
        }
        if holdsBack { stopKernel() }
        if let unread, unread.readableBytes > Self.unreadLimit { abandon() }
    }

    /// Moves the unread bytes out if the driver should look at them now.
    func takeShowable() -> ByteBuffer? {
        guard mayShow else { return nil }
        hasNews = false
        if isFresh, !beginsAsText() { return nil }
        defer { unread = nil }
        return unread
    }

    /// Whether there is something new for a driver that wants to see it.
    var mayShow: Bool { hasNews && phase == .open && !wantsClose && !holdsBack && fault == nil }

    /// Looks at a connection's first bytes; a session must not take a TLS client's for commands.
    ///
    /// RFC 8446 §5.1: type handshake, then the major version.
    private func beginsAsText() -> Bool {
        guard let unread, let first = unread.getInteger(at: unread.readerIndex, as: UInt8.self) else { return true }
        if first == 0x16 {
            guard let second = unread.getInteger(at: unread.readerIndex + 1, as: UInt8.self) else { return false }
            guard second != 3 else {
                fault = .clientHello
                entrance.tally.note { $0.unexpectedClientHellos += 1 }
                return false
            }
        }
        isFresh = false
        return true
    }

    /// Keeps what the driver left of them.
    func putBack(_ rest: consuming ByteBuffer) {
        guard upcoming == nil else { return forget(rest) }
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

    func recycle(_ buffer: consuming ByteBuffer) {
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
