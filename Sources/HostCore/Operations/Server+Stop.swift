internal import Dispatch
internal import PluginHost
internal import System
internal import Wire

extension Server {
    func receive(_ signal: Signal) {
        queue.async {
            if signal == .hangup { _ = self.reload() } else { self.stop() }
        }
    }

    /// Stops accepting, lets transactions finish, and ends.
    func stop() {
        let isFirst = state.withLock { state in
            defer { state.isStopping = true }
            return !state.isStopping
        }
        guard isFirst else { return }
        log.notice("stopping")
        tellManager(.stopping)
        let limit = state.withLock { $0.configuration.settings.forceShutdownTimeout }
        listeners.stopAccepting()
        listeners.broadcast(Conversation<Connection>.shutdown)
        Task { [self] in
            if await !listeners.awaitDrained(limit) {
                log.warn("connections are cut off", [("count", LogValue(listeners.connectionCount))])
                // RFC 5321 §3.8: a 421 first. Who doesn't take it within a second gets none.
                listeners.broadcast(Conversation<Connection>.cutOff)
                _ = await listeners.awaitDrained(.seconds(1))
            }
            queue.async { self.finish() }
        }
    }

    private func finish() {
        state.withLock { $0.watch.take() }?.stop()
        stopDelivering(within: state.withLock { $0.configuration.settings.forceShutdownTimeout })
        listeners.shutdown()
        state.withLock { $0.house = nil }
        control.shutdown()
        host.shutdown(within: .seconds(5))
        log.notice("stopped")
        log.finish()
        ended.signal()
    }
}
