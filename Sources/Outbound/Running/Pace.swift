internal import Queue

/// How many connections a destination is trusted with, and how long it rests between two of them: half as many and twice as long
/// each time that it defers, one more and half as long with each message that it takes.
struct Pace {
    /// The rest between connections, at first and at most.
    private static let (firstPause, longestPause) = (Duration.seconds(1), Duration.seconds(60))

    /// nil: as many as the settings say.
    private(set) var window: Int?
    private(set) var pause = Duration.zero
    /// Before the next connection.
    private var respite: Respite?
    /// Behind the last deferral that counted.
    private var deaf: Respite?

    var isFull: Bool { window == nil }

    func limit(_ limit: Int) -> Int { min(limit, window ?? limit) }

    /// When the next connection may begin; nil when that is now.
    func opening(at now: QueueTime) -> QueueTime? { respite?.end(at: now) }

    mutating func began(at now: QueueTime) {
        if pause > .zero { respite = Respite(from: now, for: pause) }
    }

    /// It defers, which counts once in a pause: several connections hear it at once.
    ///
    /// - Returns: whether it was at full speed until now.
    mutating func slow(limit: Int, at now: QueueTime) -> Bool {
        guard deaf?.end(at: now) == nil else { return false }
        let wasFull = window == nil
        window = max(1, self.limit(limit) / 2)
        pause = pause == .zero ? Self.firstPause : min(pause * 2, Self.longestPause)
        respite = Respite(from: now, for: pause)
        deaf = respite
        return wasFull
    }

    /// It took a message; whether it is at full speed from now on.
    mutating func succeed(limit: Int) -> Bool {
        guard let window else { return false }
        pause = pause > Self.firstPause ? pause / 2 : .zero
        if pause == .zero { respite = nil }
        self.window = window + 1 < limit ? window + 1 : nil
        guard self.window == nil else { return false }
        (pause, respite) = (.zero, nil)
        return true
    }
}
