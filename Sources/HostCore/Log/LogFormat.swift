/// How a line is laid out; `docs/logs.md` shows each.
enum LogFormat: UInt8, Sendable, CaseIterable {
    /// `[NOTICE] [id] [plugin] message key=value`
    case plain
    /// `level=NOTICE uuid=id source=plugin message="…" key=value`
    case logfmt
    /// One JSON object a line.
    case json

    /// As they are written in `log.ini`.
    static let names = allCases.map(\.name)

    init?(_ name: String) {
        guard let format = Self.allCases.first(where: { $0.name == name.lowercased() }) else { return nil }
        self = format
    }

    var name: String { self == .plain ? "default" : String(describing: self) }
}
