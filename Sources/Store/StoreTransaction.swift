internal import Foundation
internal import GRDB

/// A transaction that is open: what is written through it is kept or lost together.
///
/// Statements are texts of ours with `?` for each value; they are compiled once for each connection.
public struct StoreTransaction {
    private let database: Database

    init(_ database: Database) { self.database = database }

    /// Changes rows; tells how many.
    @discardableResult
    public func run(_ sql: String, _ values: [StoreValue] = []) throws(StoreError) -> Int {
        do {
            let statement = try database.cachedStatement(sql: sql)
            statement.setUncheckedArguments(StatementArguments(values.map(Self.bindable)))
            try statement.execute()
            return database.changesCount
        } catch { throw StoreError(error) }
    }

    /// Asks, and maps each row.
    public func rows<Value>(
        _ sql: String,
        _ values: [StoreValue] = [],
        _ map: (StoreRow) -> Value
    ) throws(StoreError) -> [Value] {
        do {
            let statement = try database.cachedStatement(sql: sql)
            let cursor = try Row.fetchCursor(statement, arguments: StatementArguments(values.map(Self.bindable)))
            var found: [Value] = []
            while let row = try cursor.next() { found.append(map(StoreRow(row))) }
            return found
        } catch { throw StoreError(error) }
    }

    /// The first row of an answer; nil without one.
    public func first<Value>(
        _ sql: String,
        _ values: [StoreValue] = [],
        _ map: (StoreRow) -> Value
    ) throws(StoreError) -> Value? {
        try rows(sql, values, map).first
    }

    private static func bindable(_ value: StoreValue) -> (any DatabaseValueConvertible)? {
        switch value {
        case .null: nil
        case .integer(let value): value
        case .text(let value): value
        case .blob(let bytes): Data(bytes)
        }
    }
}
