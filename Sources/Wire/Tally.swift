import System

/// Counts connections over all loops, in all and by address, and knows who waits for the last one.
final class Tally: Sendable {
    private struct State {
        var count = 0
        /// Only addresses that have connections now, and only those that were counted under a limit.
        var addresses: [IPAddress: Int] = [:]
        var counters = WireCounters()
        var tickets = 0
        var waiting: [Int: CheckedContinuation<Bool, Never>] = [:]
    }

    private let state = Locked(State())

    var count: Int { state.withLock { $0.count } }
    var counters: WireCounters { state.withLock { $0.counters } }

    /// Takes in a connection, and counts its address if there is one; else says which limit it is over.
    func add(_ address: IPAddress?, _ limits: ConnectionLimits) -> WireFault? {
        state.withLock { state in
            if let most = limits.inAll, state.count >= most {
                state.counters.refusedInAll += 1
                return .tooManyConnections
            }
            guard Self.add(address, limits, &state) else { return .tooManyFromAddress }
            state.count += 1
            state.counters.accepted += 1
            return nil
        }
    }

    /// Counts the address of a connection that is in already; whether that is within the limit.
    func add(address: IPAddress, _ limits: ConnectionLimits) -> Bool {
        state.withLock { Self.add(address, limits, &$0) }
    }

    private static func add(_ address: IPAddress?, _ limits: ConnectionLimits, _ state: inout State) -> Bool {
        guard let address, let most = limits.perAddress else { return true }
        let present = state.addresses[address] ?? 0
        guard present < most else {
            state.counters.refusedPerAddress += 1
            return false
        }
        state.addresses[address] = present + 1
        return true
    }

    func note(_ change: (inout WireCounters) -> Void) { state.withLock { change(&$0.counters) } }

    func remove(_ address: IPAddress?) {
        let waiting = state.withLock { state in
            if let address, let present = state.addresses[address] {
                state.addresses[address] = present > 1 ? present - 1 : nil
            }
            state.count -= 1
            guard state.count == 0 else { return [Int: CheckedContinuation<Bool, Never>]() }
            defer { state.waiting = [:] }
            return state.waiting
        }
        for continuation in waiting.values { continuation.resume(returning: true) }
    }

    /// Waits for the last connection; `started` is called with what ``expire(_:)`` takes to end the wait.
    func empty(_ started: (Int) -> Void) async -> Bool {
        await withCheckedContinuation { continuation in
            let ticket = state.withLock { state -> Int? in
                guard state.count > 0 else { return nil }
                state.tickets += 1
                state.waiting[state.tickets] = continuation
                return state.tickets
            }
            if let ticket { started(ticket) } else { continuation.resume(returning: true) }
        }
    }

    func expire(_ ticket: Int) {
        let continuation = state.withLock { $0.waiting.removeValue(forKey: ticket) }
        continuation?.resume(returning: false)
    }
}
