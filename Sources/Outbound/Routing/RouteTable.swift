/// The routes that the administrator has written down: by domain, by the domains below one, or for all.
public struct RouteTable: Sendable, Equatable {
    private let routes: [String: Route]
    /// Whether any route has limits of its own.
    let hasLimits: Bool

    /// Keys are `example.com`, `.example.com` for all domains below it, and `*` for all others; in lower case.
    public init(_ routes: [String: Route] = [:]) {
        self.routes = routes
        hasLimits = routes.values.contains { $0.concurrency != nil || $0.rate != nil }
    }

    /// The route that fits best; without one, mail goes where DNS says.
    public subscript(destination: String) -> Route {
        if let route = routes[destination] { return route }
        var rest = destination.utf8[...]
        while let dot = rest.firstIndex(of: UInt8(ascii: ".")) {
            if let route = routes[String(Substring(rest[dot...]))] { return route }
            rest = rest[rest.index(after: dot)...]
        }
        return routes["*"] ?? Route()
    }
}
