internal import Mail
internal import Queue
internal import SMTP

/// Brings messages to the first of a destination's hosts that takes them, over one connection as long as it lasts.
public struct HostCarrier: Carrier {
    private let finder: any HostFinder
    private let circuit: Circuit
    private let advisor: any DeliveryAdvisor

    public init(finder: any HostFinder, circuit: Circuit, advisor: any DeliveryAdvisor = NoAdvisor()) {
        self.finder = finder
        self.circuit = circuit
        self.advisor = advisor
    }

    /// The hosts for a message, and who has named them.
    private struct Itinerary {
        /// Nil: the destination's own.
        let waypoints: [Waypoint]?
        let hops: [Hop]
    }

    public func carry(to destination: String, _ desk: any LeaseDesk) async {
        var itinerary: Itinerary?
        // Where nobody names others, no message is taken from the queue before there are hosts for it.
        if !advisor.namesHosts {
            do throws(Unreachable) {
                itinerary = Itinerary(waypoints: nil, hops: try await finder.hops(for: destination))
            } catch { return await desk.giveUp(error) }
        }
        var ride: Ride?
        while let lease = await desk.next() {
            if let wait = await advisor.wait(before: lease) {
                await desk.postpone(lease, for: wait.time, wait.reason)
                continue
            }
            var waypoints: [Waypoint]?
            do throws(Unreachable) {
                waypoints = try await advisor.waypoints(for: lease)
                if itinerary == nil || itinerary?.waypoints != waypoints {
                    await ride?.quit()
                    ride = nil
                    itinerary = Itinerary(waypoints: waypoints, hops: try await hops(waypoints, destination))
                }
            } catch {
                await desk.fail(lease, error)
                // What was found out about the destination holds for its other messages.
                if error.isOfDestination { await desk.giveUp(error) }
                if error.isOfDestination { break }
                continue
            }
            guard let hops = itinerary?.hops else { break }
            let (attempts, isUnreachable) = await circuit.deliver(
                lease.envelope,
                StoredText(text: lease.text),
                by: hops,
                &ride
            )
            await desk.settle(lease, attempts)
            // Where no host has taken a connection, the next message needn't find that out again.
            if isUnreachable, waypoints == nil, let first = attempts.first, let status = first.status {
                await desk.giveUp(Unreachable(first.reason, status: status))
                break
            }
        }
        await ride?.quit()
    }

    private func hops(_ waypoints: [Waypoint]?, _ destination: String) async throws(Unreachable) -> [Hop] {
        guard let waypoints else {
            do throws(Unreachable) { return try await finder.hops(for: destination) } catch {
                throw error.ofDestination
            }
        }
        return try await finder.hops(by: waypoints, for: destination)
    }
}
