internal import DNS
internal import Dispatch
internal import Outbound
internal import PluginHost
internal import Queue
internal import System
internal import Wire

extension Server {
    /// The queue, opened, and who will deliver what is in it.
    static func delivery(
        _ configuration: Configuration,
        _ current: CurrentConfiguration,
        _ listeners: Listeners,
        _ log: LogSink,
        _ host: PluginHost,
        _ services: PluginServices,
        _ signposts: Signposts
    ) throws(StartError) -> (Queue, Runner, Resolver, TLSUpkeep) {
        let queue: Queue
        do throws(QueueError) {
            queue = try Queue(in: configuration.queueFolder) { log.error("queue", [("state", .text($0))]) }
        } catch {
            throw StartError("The queue in \(configuration.queueFolder) can't be opened: \(error).")
        }
        let resolver: Resolver
        do throws(SettingsError) { resolver = try Resolver(configuration.outbound.resolver) } catch {
            throw StartError("\(configuration.outbound.problem(of: error))")
        }
        let upkeep = try TLSUpkeep(configuration, current, listeners.dialer, resolver, queue, log)
        let finder = RouteFinder(resolver: resolver, policies: upkeep.keeper, tally: upkeep.tally) {
            current.value.outbound.routing
        }
        let hooks = OutboundHooks(host: host, log: log, signposts: signposts)
        let circuit = Circuit(dialer: listeners.dialer, cryptography: OpenSSLCryptography())
        let carrier = HostCarrier(finder: finder, circuit: circuit, advisor: hooks)
        let runner = Runner(
            queue: queue,
            carrier: carrier,
            observer: DeliveryLog(log: log, current, hooks: hooks),
            settings: configuration.outbound.runner,
            clock: { .now }
        )
        services.dns.serve(by: resolver)
        services.outbound.serve(
            by: PluginOutbound.Means(
                queue: queue,
                folder: configuration.queueFolder,
                circuit: circuit,
                finder: finder,
                host: host,
                log: log,
                current: current,
                mailReturn: MailReturn(queue: queue, log: DeliveryLog(log: log, current, hooks: hooks))
            )
        )
        return (queue, runner, resolver, upkeep)
    }

    /// Other hosts are proved by other authorities from now on.
    func trust(_ settings: OutboundSettings) { listeners.dialer.apply(settings.tls) }

    /// Begins to deliver.
    func deliver() {
        let runner = runner
        let ended = deliveryEnded
        upkeep.begin()
        Task {
            await runner.run()
            ended.signal()
        }
        sweepDeleted()
    }

    /// Lets deliveries that are under way end, for so long; what is cut off is tried again at the next start.
    func stopDelivering(within limit: Duration) {
        let runner = runner
        Task { await runner.stop() }
        let (seconds, attoseconds) = limit.components
        let wait = DispatchTimeInterval.milliseconds(Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
        let deadline = DispatchTime.now() + wait
        if deliveryEnded.wait(timeout: deadline) == .timedOut { log.warn("deliveries are cut off") }
        let left = services.outbound.end(by: deadline)
        if left > 0 { log.warn("what plugins have asked for is cut off", [("count", LogValue(left))]) }
        upkeep.end()
        mail.close()
        resolver.stop()
    }
}
