/// A value that is seldom there: it lies apart, so that what may hold it stays small.
package indirect enum Seldom<Value: Sendable & Equatable>: Sendable, Equatable {
    case nothing
    case value(Value)

    package init(_ value: Value?) { self = value.map(Self.value) ?? .nothing }

    package var value: Value? {
        switch self {
        case .nothing: nil
        case .value(let value): value
        }
    }
}
