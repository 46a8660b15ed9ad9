import CProgram
import Glibc
import Testing

@Suite(.timeLimit(.minutes(1))) struct ProgramTests {
    /// A program that waits for its input; without a pidfd as on kernels, and below filters, that give none.
    private func cat(hasPidfd: Bool) -> program {
        var program = program()
        #expect(unsafe program_start(&program, "/bin/cat") == 0)
        if !hasPidfd {
            close(program.pidfd)
            program.pidfd = -1
        }
        return program
    }

    @Test("Waiting ends with the program or with its time", arguments: [true, false])
    func waits(_ hasPidfd: Bool) {
        var program = cat(hasPidfd: hasPidfd)
        defer { unsafe program_end(&program) }
        #expect(unsafe program_wait(&program, 0) == -ETIMEDOUT)
        #expect(unsafe program_wait(&program, 50) == -ETIMEDOUT)
        unsafe program_close_input(&program, 0)
        #expect(unsafe program_wait(&program, 30_000) == 0)
        #expect(program.pid == -1)
    }

    @Test("What is ended leaves no process behind", arguments: [true, false])
    func ends(_ hasPidfd: Bool) {
        var program = cat(hasPidfd: hasPidfd)
        let pid = program.pid
        unsafe program_end(&program)
        #expect(kill(pid, 0) == -1)
        #expect(program.pid == -1)
        #expect(program.pidfd == -1)
    }
}
