internal import Synchronization

/// A count that any thread may change.
final class Gauge: Sendable {
    private let value = Atomic<Int>(0)

    var count: Int { value.load(ordering: .relaxed) }
    func add(_ amount: Int = 1) { value.wrappingAdd(amount, ordering: .relaxed) }
    func remove(_ amount: Int = 1) { value.wrappingSubtract(amount, ordering: .relaxed) }
}
