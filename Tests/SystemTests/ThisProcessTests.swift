import Glibc
import System
import Testing

struct ThisProcessTests {
    @Test func `It has a number and runs on a processor`() {
        #expect(ThisProcess.id == getpid())
        #expect(ThisProcess.processors >= 1)
    }

    @Test func `A variable that is unset or empty has no value`() async {
        // The environment belongs to the process, so the test has one of its own.
        await #expect(processExitsWith: .success) {
            unsafe setenv("HARAKA_TEST_SET", "text", 1)
            unsafe setenv("HARAKA_TEST_EMPTY", "", 1)
            #expect(Environment.value("HARAKA_TEST_SET") == "text")
            #expect(Environment.value("HARAKA_TEST_EMPTY") == nil)
            #expect(Environment.value("HARAKA_TEST_UNSET") == nil)
        }
    }

    @Test func `Standard output and error stay open when their second descriptors are closed`() throws {
        for number: Int32 in [1, 2] {
            let second = try number == 1 ? FileDescriptor.standardOutput() : FileDescriptor.standardError()
            let copy = second.number
            #expect(copy > 2)
            try second.close()
            #expect(fcntl(number, F_GETFD) >= 0)
        }
    }

    @Test func `A file is no terminal`() throws {
        let file = try FileDescriptor.open("/dev/null")
        let isTerminal = file.isTerminal
        #expect(!isTerminal)
    }
}
