internal import System

extension MessageBuffer {
    func append(_ run: UnsafeRawBufferPointer, to region: SpoolRegion, _ count: inout Int) -> Welcome {
        do throws(SystemError) {
            unsafe try region.append(run)
        } catch {
            region.fault = error
            return .never(error)
        }
        count += run.count
        if !region.isQueued, !region.due.isEmpty {
            region.isQueued = true
            spool?.take(.write(self))
        }
        region.isAwaited = region.waiting > Spool.patience
        return region.isAwaited ? .later : .more
    }

    /// Writes what is due; on a thread that may wait for the disk.
    func spill() {
        guard let spool, let region = state.withLock({ $0.region }) else { return }
        while true {
            let due = state.withLock { _ in
                let due = region.due
                if due.isEmpty { region.isQueued = false }
                return due
            }
            guard !due.isEmpty else { return }
            do throws(SystemError) {
                try region.write(due, in: spool.folder)
                try finish(due, region)
            } catch {
                spool.tell(error)
                return fail(region, error)
            }
        }
    }

    private func finish(_ due: Range<Int>, _ region: SpoolRegion) throws(SystemError) {
        let (fault, hasRoom) = state.withLock { _ -> (SystemError?, Bool) in
            do throws(SystemError) { try region.release(due) } catch { return (error, false) }
            guard region.isAwaited, region.waiting <= Spool.patience / 2 else { return (nil, false) }
            region.isAwaited = false
            return (nil, true)
        }
        if let fault { throw fault }
        if hasRoom { wake?(room) }
    }

    /// What is there stays in memory: a message that was complete has lost nothing.
    private func fail(_ region: SpoolRegion, _ fault: SystemError) {
        let isAwaited = state.withLock { _ in
            region.fault = fault
            region.isQueued = false
            defer { region.isAwaited = false }
            return region.isAwaited
        }
        if isAwaited { wake?(room) }
    }
}
