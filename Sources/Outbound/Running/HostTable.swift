/// How many carriers call each host, whatever they bring: a host often takes the mail of many destinations.
struct HostTable {
    private var carriers: [String: Int] = [:]
    /// Where a destination waits that has no carrier at all: those who are there make room between two batches.
    private(set) var crowded: Set<String> = []

    func has(_ host: String, roomWithin limit: Int) -> Bool { carriers[host] ?? 0 < limit }

    /// A carrier more, if there is room.
    mutating func take(_ host: String, within limit: Int) -> Bool {
        guard has(host, roomWithin: limit) else { return false }
        carriers[host, default: 0] += 1
        return true
    }

    mutating func leave(_ host: String) {
        guard let count = carriers[host] else { return }
        carriers[host] = count > 1 ? count - 1 : nil
    }

    mutating func isCrowded(_ host: String) { crowded.insert(host) }
    mutating func forgetCrowds() { crowded.removeAll() }

    var count: Int { carriers.count }
}
