internal import Mail
internal import Queue
internal import SMTP

/// Brings messages to the first of a destination's hosts that takes them, over one connection as long as it lasts.
public struct HostCarrier: Carrier {
    /// Where a policy keeps hosts from being of use, so many further messages are looked at: reports may be there.
    private static let mostSpared = 15

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
        if let hops = itinerary?.hops, !(await desk.enter(Hop.place(of: hops))) { return }
        var ride: Ride?
        var failure: Attempt?
        var left = Self.mostSpared
        while left > 0, let lease = await desk.next() {
            if failure != nil { left -= 1 }
            if let failure, !lease.isTLSReport {
                await desk.settle(lease, lease.entries.map { _ in failure })
                continue
            }
            if let wait = await advisor.wait(before: lease) {
                await desk.postpone(lease, for: wait.time, wait.reason)
                continue
            }
            var waypoints: [Waypoint]?
            do throws(Unreachable) {
                switch try await advisor.plan(for: lease) {
                case .usual: waypoints = nil
                case .named(let places): waypoints = places
                case .own:
                    await desk.settle(lease, await advisor.deliver(lease))
                    continue
                }
                if itinerary == nil || itinerary?.waypoints != waypoints {
                    await ride?.quit()
                    ride = nil
                    let next = Itinerary(waypoints: waypoints, hops: try await hops(waypoints, destination))
                    guard await desk.enter(Hop.place(of: next.hops)) else { break }
                    itinerary = next
                }
            } catch {
                await desk.fail(lease, error)
                // What was found out about the destination holds for its other messages.
                if error.isOfDestination { await desk.giveUp(error) }
                if error.isOfDestination { break }
                continue
            }
            guard let hops = itinerary?.hops else { break }
            let result = await bring(lease, by: hops, &ride)
            await desk.settle(lease, result.attempts)
            // Where no host has taken a connection, the next message needn't find that out again.
            guard result.isUnreachable, let first = result.attempts.first, first.status != nil else { continue }
            guard waypoints == nil else {
                // Others may be named other hosts, but not before this one had its rest.
                await desk.rest(because: first.reason)
                break
            }
            failure = first
            // What no policy holds back may go all the same.
            guard first.isAboutTLS, !lease.isTLSReport, hops.contains(where: \.isUnderPolicy) else { break }
        }
        if let failure, let status = failure.status {
            var why = Unreachable(failure.reason, status: status)
            why.trials = failure.allTrials
            await desk.giveUp(why)
        }
        await ride?.quit()
    }

    /// A report on TLS has a connection of its own: nothing else may go by it.
    private func bring(_ lease: Lease, by hops: [Hop], _ ride: inout Ride?) async -> Circuit.Result {
        let text = StoredText(text: lease.text)
        guard lease.isTLSReport else { return await circuit.deliver(lease.envelope, text, by: hops, &ride) }
        var own: Ride?
        let outcome = await circuit.deliver(lease.envelope, text, by: hops.map(\.withoutPolicy), &own)
        await own?.quit()
        return outcome
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

extension Attempt {
    /// Whether it is TLS that has kept the host from being of use.
    fileprivate var isAboutTLS: Bool { outcome.setback == .tlsFailed || outcome.setback == .tlsMissing }
}

extension Lease {
    /// Whether it goes out whatever TLS comes to.
    fileprivate var isTLSReport: Bool { notes == TLSReportMail.mark }
}
