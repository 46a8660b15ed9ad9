import Foundation

/// The checkout that these tests were built in.
enum Checkout {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .path

    static func path(_ name: String) -> String { root + "/" + name }
}
