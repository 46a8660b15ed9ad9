internal import Foundation
internal import GRDB

/// A row of an answer, while it is looked at; columns count from 0.
///
/// A column that isn't what is asked for is a mistake of ours: it reads as 0, "" or nothing.
public struct StoreRow {
    private let row: Row

    init(_ row: Row) { self.row = row }

    public func isNull(_ column: Int) -> Bool { row[column] == nil }

    public func integer(_ column: Int) -> Int { (row[column] as Int64?).map(Int.init) ?? 0 }

    public func flag(_ column: Int) -> Bool { integer(column) != 0 }

    public func text(_ column: Int) -> String { row[column] as String? ?? "" }

    public func optionalText(_ column: Int) -> String? { row[column] as String? }

    public func optionalInteger(_ column: Int) -> Int? { (row[column] as Int64?).map(Int.init) }

    public func blob(_ column: Int) -> [UInt8]? { (row[column] as Data?).map(Array.init) }
}
