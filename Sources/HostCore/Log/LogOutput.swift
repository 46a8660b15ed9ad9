/// Where lines end up; called on the log's writer thread only, and may block.
protocol LogOutput: Sendable {
    func write(_ lines: [UInt8]) throws
}
