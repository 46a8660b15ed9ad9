/// A value in a column or behind a `?`.
public enum StoreValue: Sendable, Equatable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])
}

extension StoreValue {
    public static func integer(_ value: Int) -> StoreValue { .integer(Int64(value)) }

    public static func integer(_ value: Int?) -> StoreValue { value.map { .integer(Int64($0)) } ?? .null }

    public static func text(_ value: String?) -> StoreValue { value.map(StoreValue.text) ?? .null }

    public static func flag(_ value: Bool) -> StoreValue { .integer(value ? 1 : 0) }
}
