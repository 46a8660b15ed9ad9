internal import Outbound

/// What there is to know of a service beside its queue, for who asks why mail is in it.
struct QueueSite: Sendable {
    /// The service directory, as the command names it.
    let directory: String
    var isRunning = true
    var settings = RunnerSettings()
    /// The sections of `outbound.routes.ini`.
    var routes: [String] = []
    /// How destinations are served just now, by name; nil where no running server tells.
    var states: [String: DestinationState]?
    /// Where plugins have sent mail; nil where no running server tells.
    var signposts: Signposts?

    init(directory: String) { self.directory = directory }

    init(_ configuration: Configuration, directory: String) {
        self.directory = directory
        settings = configuration.outbound.runner
        routes = configuration.outbound.routeSections
    }

    /// The directory as an argument of a shell.
    var place: String { SafeText.word(directory) }

    func file(_ name: String) -> String { SafeText.word("\(directory)/config/\(name)") }

    /// The section of `outbound.routes.ini` that decides about a destination.
    func section(for destination: String) -> String? {
        let known = Dictionary(routes.map { ($0.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
        if let exact = known[destination] { return exact }
        var rest = destination[...]
        while let dot = rest.firstIndex(of: ".") {
            if let below = known[String(rest[dot...])] { return below }
            rest = rest[rest.index(after: dot)...]
        }
        return known["any"]
    }
}
