import Wire

/// A running server for one test; stops when the test has let go of it.
final class Served {
    let listeners: Listeners
    let bound: [BoundAddress]

    init(
        on address: String = "127.0.0.1:0",
        loops: Int = 2,
        _ driver: @escaping @Sendable (Connection) -> Script
    ) throws {
        listeners = Listeners(loops: loops)
        do {
            bound = try listeners.bind([ListenAddress(address)])
            try listeners.accept(driver)
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
