/// First in, first out, without moving what waits.
struct JobQueue {
    private var incoming: [LaneJob] = []
    private var outgoing: [LaneJob] = []

    var count: Int { incoming.count + outgoing.count }

    mutating func append(_ job: LaneJob) { incoming.append(job) }

    mutating func popFirst() -> LaneJob? {
        if outgoing.isEmpty {
            guard !incoming.isEmpty else { return nil }
            swap(&incoming, &outgoing)
            outgoing.reverse()
        }
        return outgoing.popLast()
    }

    mutating func removeAll() -> [LaneJob] {
        defer {
            incoming = []
            outgoing = []
        }
        return outgoing.reversed() + incoming
    }
}
