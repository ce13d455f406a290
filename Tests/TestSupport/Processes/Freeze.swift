internal import Glibc

/// Stops a child in place, and returns when all of its threads stand still.
///
/// The signal alone does not: a thread that runs on another core may still answer what was asked after it.
func freezeChild(_ process: pid_t) {
    guard kill(process, SIGSTOP) == 0 else { return }
    var state = siginfo_t()
    // WNOWAIT: a child that has ended meanwhile is left to who waits for it.
    while waitid(P_PID, id_t(process), &state, WSTOPPED | WEXITED | WNOWAIT) != 0, errno == EINTR {}
}
