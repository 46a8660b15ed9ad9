import Wire

/// A running server for one test; stops when the test has let go of it.
final class Served {
    let listeners: Listeners
    let bound: [BoundAddress]

    init(
        on address: String = "127.0.0.1:0",
        _ options: ListenerOptions = ListenerOptions(),
        loops: Int = 2,
        reception: Reception = Reception(),
        report: @escaping @Sendable (Incident) -> Void = { _ in },
        _ driver: @escaping @Sendable (Connection) -> Script
    ) throws {
        listeners = Listeners(loops: loops)
        do {
            bound = try listeners.bind([Listener(ListenAddress(address), options)])
            listeners.apply(reception)
            try listeners.accept(report: report, driver)
        } catch {
            listeners.shutdown()
            throw error
        }
    }

    deinit { listeners.shutdown() }

    var port: UInt16 {
        guard case .tcp(_, let port) = bound[0].actual else { return 0 }
        return port
    }
}
