/// How long mail waits before its sender is told: `delay_notice` of `outbound.ini`.
struct DelayNotice: Sendable, Equatable {
    /// Nil: nobody is told.
    let after: Duration?

    static let usual = DelayNotice(after: .seconds(4 * 3600))

    private init(after: Duration?) { self.after = after }

    /// Reads `4h`, `90m`, or `none`; nil where the text is neither.
    init?(_ text: String) {
        guard text.lowercased() != "none" else {
            after = nil
            return
        }
        guard let seconds = QueueQuery.seconds(text), (1...31_536_000).contains(seconds) else { return nil }
        after = .seconds(seconds)
    }
}
