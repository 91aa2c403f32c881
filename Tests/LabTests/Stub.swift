// Tests of the whole program on a whole lab.
import Testing
